/** The drain over records that the server holds. */
export interface DrainResult {
  readonly records: number;
  /** Records that one run takes. */
  readonly batch: number;
  readonly seconds: number;
  readonly records_per_second: number;
}

/** One seal over rows that no seal held. */
export interface SealResult {
  readonly rows: number;
  readonly seconds: number;
}

/** One question to a big log. */
export interface QuestionResult {
  readonly question: string;
  readonly title: string;
  readonly median_ms: number;
  readonly answered: number;
  /** Partitions that were read from end to end. */
  readonly scanned: readonly string[];
  readonly plan: readonly string[];
}

export interface AccessLogReport {
  readonly server: string;
  readonly drain: readonly DrainResult[];
  readonly seal: SealResult;
  /** Rows of the log that was asked. */
  readonly rows: number;
  readonly questions: readonly QuestionResult[];
}
