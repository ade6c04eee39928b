// Keys of rows as a trail names them: literals of text arrays, as PostgreSQL writes them. Needs Node and nothing else.

/** Elements of PostgreSQL's literal of a text array. @param {unknown} literal @returns {string[]} */
export function elementsOf(literal) {
  if (typeof literal !== 'string') return [];
  return [...literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,"]+)/gs)].map(
    ([, quoted, plain]) => quoted?.replace(/\\(.)/gs, '$1') ?? plain ?? '',
  );
}

/** PostgreSQL's literal of a text array, as keys are written. @param {readonly unknown[]} values */
export function literalOf(values) {
  const quoted = values.map((value) => {
    const text = String(value);
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
