import { errorTable } from 'nvs-core';

export const cliErrors = errorTable({});
