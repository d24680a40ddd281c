/** Settings of the review service. */
export interface ReviewConfig {
  /** `after`: published at once, moderators hide. `before`: a moderator publishes each. */
  readonly moderation: 'after' | 'before';
  /** How long an author may change a review. */
  readonly editWindowMs: number;
}

export const reviewDefaults: ReviewConfig = {
  moderation: 'after',
  editWindowMs: 30 * 86_400_000,
};
