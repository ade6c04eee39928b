const texts = new WeakMap<object, string>();

/** Whether two parts of a reach say the same. Most of them do; so each is written out once. */
export function isSame(one: object | undefined, other: object | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one === other || textOf(one) === textOf(other);
}

function textOf(part: object): string {
  const known = texts.get(part);
  if (known !== undefined) return known;
  const text = JSON.stringify(part);
  texts.set(part, text);
  return text;
}
