import { errorTable } from 'nvs-core';

export const factoryErrors = errorTable({});
