/** A place between two lines of the journal. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export const START: Position = { segment: 0, offset: 0 };

export const isBefore = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);

export const isSame = (a: Position, b: Position): boolean => a.segment === b.segment && a.offset === b.offset;
