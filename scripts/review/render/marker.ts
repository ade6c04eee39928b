/** First line of the comment on a pull request: by it a workflow finds the one that it wrote before. */
export const REVIEW_MARKER = '<!-- cordon-review -->';
