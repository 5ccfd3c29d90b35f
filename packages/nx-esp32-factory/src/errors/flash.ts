import { errorTable } from 'nvs-core';

export const flashErrors = errorTable({});
