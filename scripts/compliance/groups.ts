/** How a report is divided: a title, and the first and last id under it. */
const GROUPS: readonly (readonly [title: string, first: string, last: string])[] = [
  ['Tenants kept apart', 'S-01', 'S-05'],
  ['Stored documents', 'S-06', 'S-11'],
  ['Signing in', 'S-12', 'S-15'],
  ['Who did what', 'S-16', 'S-20'],
  ['Smart Insights', 'S-21', 'S-25'],
  ['Changes of the schema', 'S-26', 'S-30'],
  ['Signed forms', 'S-31', 'S-33'],
  ['Invoices of a case', 'S-34', 'S-35'],
  ['What is never stored', 'S-36', 'S-39'],
  ['Policies as data', 'N-01', 'N-11'],
  ['Identity and roles', 'N-12', 'N-16'],
  ['Levels of sensitivity', 'N-17', 'N-21'],
  ['The clinic of a row', 'N-22', 'N-26'],
  ['How policies are evaluated', 'N-27', 'N-34'],
  ['The access log', 'N-35', 'N-39'],
  ['Tried and scanned', 'N-40', 'N-44'],
  ['Consent and privacy law', 'N-45', 'N-50'],
  ['Oversight', 'N-51', 'N-54'],
];

/** Lines under their titles; a title without a line is left out. */
export function grouped<Line extends { readonly id: string }>(
  lines: readonly Line[],
): readonly { readonly title: string; readonly lines: readonly Line[] }[] {
  return GROUPS.map(([title, first, last]) => ({
    title,
    lines: lines.filter(({ id }) => id[0] === first[0] && id >= first && id <= last),
  })).filter((group) => group.lines.length > 0);
}
