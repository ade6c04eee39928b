import type { Review } from '../review.ts';
export function renderSarif(review: Review): string {
  return JSON.stringify(review);
}
