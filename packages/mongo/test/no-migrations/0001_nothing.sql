-- The documents live elsewhere; what the kit brings is all that this service needs here.
SELECT 1;
