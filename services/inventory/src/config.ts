/** What a new stock level starts with; 0 switches the alert off. */
export const defaultLowStockThreshold = 3;
export const defaultLocationName = 'Main';
/** Expired holds given back by one statement. */
export const expiryBatch = 100;
