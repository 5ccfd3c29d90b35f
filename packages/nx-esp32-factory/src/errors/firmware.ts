import { errorTable } from 'nvs-core';

export const firmwareErrors = errorTable({});
