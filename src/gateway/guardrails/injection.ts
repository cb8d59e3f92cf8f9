/**
 * Signs that a text tries to give orders to the model, by kind. They are signs, not proof: whoever writes about such attacks shows them
 * too. Hence they are noted and refuse nothing.
 */
const signs: Readonly<Record<string, RegExp>> = {
  ROLE_OVERRIDE:
    /\b(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}(?:previous|prior|above|earlier|preceding|system)\s+(?:\w+\s+){0,2}(?:instructions?|prompts?|rules|messages?)\b|\byou are (?:now|no longer)\s+(?:an?\s+)?(?:\w+\s+)?(?:bound|restricted|dan|unrestricted|jailbroken)\b|\b(?:developer|god|jailbreak)\s+mode\s+(?:enabled|on|activated)\b/i,
  PROMPT_DISCLOSURE:
    /\b(?:reveal|print|show|repeat|output)\s+(?:me\s+)?(?:your|the)\s+(?:\w+\s+)?(?:system\s+prompt|hidden\s+instructions|initial\s+instructions)\b/i,
  CHAT_MARKUP:
    /<\|(?:im_start|im_end|start_header_id|eot_id|system|endoftext)\|>|\[\/?INST\]|<<SYS>>|(?:^|\n)#{1,3}\s*system\s*:?\s*\n/i,
  /** Characters of the tag block, which show nothing and are read by models. */
  HIDDEN_TEXT:
    /[\u{E0020}-\u{E007E}]|[\u200B-\u200D\u2060\u2062-\u2064]{8}|<[^<>]{0,200}style\s*=[^<>]{0,200}(?:display\s*:\s*none|font-size\s*:\s*0)/iu,
  ENCODED_PAYLOAD: /\b(?:decode|base64|rot13)\b[^\n]{0,80}(?:[A-Za-z0-9+/]{40}|(?:\\x[0-9a-f]{2}){10})/i,
};

/** Kinds of signs in a text. */
export function injectionSigns(text: string): readonly string[] {
  return Object.keys(signs).filter((kind) => signs[kind]!.test(text));
}
