// Keys of rows as a trail names them: literals of text arrays, as PostgreSQL writes them. Needs Node and nothing else.

/** Elements of PostgreSQL's literal of a text array, in one pass: whoever bends a file chooses it. @param {unknown} literal @returns {string[]} */
export function elementsOf(literal) {
  if (typeof literal !== 'string') return [];
  const last = literal.length - 1;
  /** @type {string[]} */
  const elements = [];
  for (let at = 1; at < last; at += 1) {
    const start = at;
    if (literal[at] === '"') {
      for (at += 1; at < last && literal[at] !== '"'; at += 1) if (literal[at] === '\\') at += 1;
      elements.push(literal.slice(start + 1, at).replaceAll(/\\(.)/gs, '$1'));
      at += 1;
    } else {
      const comma = literal.indexOf(',', at);
      at = comma === -1 ? last : comma;
      elements.push(literal.slice(start, at));
    }
  }
  return elements;
}

/** A value as a text, whatever somebody put in its place: String fails on an object that says so, and JSON on one that is nested deeply. @param {unknown} value */
export function textOf(value) {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch (error) {
    if (error instanceof RangeError) return 'nested';
    throw error;
  }
}

/** PostgreSQL's literal of a text array, as keys are written. @param {readonly unknown[]} values */
export function literalOf(values) {
  const quoted = values.map((value) => {
    const text = textOf(value);
    return text === '' || /[{}",\\ \t\n\r\v\f]/.test(text) || /^null$/i.test(text)
      ? `"${text.replace(/["\\]/g, '\\$&')}"`
      : text;
  });
  return `{${quoted.join(',')}}`;
}

/** In the order of their bytes, as a seal has them. @param {string | undefined} key @param {string | undefined} other */
export function isBefore(key = '', other = '') {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) < 0;
}
