/** The final text is not what it must be. Seen by a user only as a failed safety check; the message is for the log. */
export class WallBreach extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WallBreach";
  }
}
