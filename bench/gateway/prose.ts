const SENTENCES = [
  "The board meets on Thursdays and looks at what the week has brought. ",
  "Nobody had expected the bridge to hold, and yet it did for another winter. ",
  "A good map leaves out nearly everything, and says so in its margin. ",
  "When the tide turned the boats came in one by one, their lamps still lit. ",
];

/** So many characters of text in which there is nothing to mask. */
export function prose(characters: number): string {
  let text = "";
  for (let i = 0; text.length < characters; i += 1) text += SENTENCES[i % SENTENCES.length];
  return text.slice(0, characters);
}
