import { errorTable } from './error-table';

export const factoryDataErrors = errorTable({});
