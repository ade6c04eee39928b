import type { Review } from '../review.ts';
export function renderMarkdown(review: Review): string {
  return JSON.stringify(review);
}
