import type { Review } from '../review.ts';
export function renderHtml(review: Review): string {
  return JSON.stringify(review);
}
