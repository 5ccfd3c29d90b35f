import { errorTable } from 'nvs-core';

export const configErrors = errorTable({});
