export const marketplaceVersion = '0.1.0';
