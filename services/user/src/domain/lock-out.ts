/**
 * Seconds that an account is closed to log-ins after the nth failure in a row. The first ones are
 * free: people mistype. The last entry holds for all further ones.
 */
export const lockSecondsByFailure: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900,
];

/** A pause this long starts the count again. */
export const failuresForgottenAfterSeconds = 3_600;
