import { errorTable } from './error-table';

export const partitionTableErrors = errorTable({});
