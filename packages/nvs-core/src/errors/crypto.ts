import { errorTable } from './error-table';

export const cryptoErrors = errorTable({});
