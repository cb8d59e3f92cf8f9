/** Grant and token type names of the token endpoint (RFC 6749, RFC 8693 section 3). */
export const AUTHORIZATION_CODE = "authorization_code";
export const REFRESH_TOKEN = "refresh_token";
export const CLIENT_CREDENTIALS = "client_credentials";
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

export const JWT_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:jwt";
export const PERSONAL_TOKEN_TYPE = "urn:databricks:params:oauth:token-type:personal-access-token";
export const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";
