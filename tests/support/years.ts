/** The year so many years from now. What a test writes is of today; how long it is kept counts from there. */
export const yearIn = (years: number): number => new Date().getUTCFullYear() + years;

/** The time stamp of a day in that year, of whichever month. */
export const sometimeIn = (years: number): RegExp => new RegExp(`^${yearIn(years)}-`);
