/** The port only names the socket file: no TCP port is opened. */
export const SOCKET_PORT = 5432;

/** Connections. Every server process, its warehouses and tools share them; each costs about 10 MB. */
const CONNECTIONS_MAX = 60;

/**
 * How the embedded Postgres runs, given on its command line so that no file of its directory is edited.
 * Durability is what the journal and the table versions stand on; sizes suit a laptop.
 */
export function postgresSettings(socket_dir: string): Readonly<Record<string, string>> {
  return {
    listen_addresses: "",
    port: String(SOCKET_PORT),
    unix_socket_directories: socket_dir,
    unix_socket_permissions: "0700",
    max_connections: String(CONNECTIONS_MAX),
    shared_buffers: "64MB",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    wal_level: "replica",
    max_wal_size: "256MB",
    password_encryption: "scram-sha-256",
    logging_collector: "off",
    log_destination: "stderr",
    log_line_prefix: "%m [%p] ",
    log_min_messages: "warning",
    // A failed statement is logged without its text: texts may carry values.
    log_min_error_statement: "panic",
    log_parameter_max_length_on_error: "0",
    timezone: "UTC",
    log_timezone: "UTC",
  };
}
