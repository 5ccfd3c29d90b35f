import { errorTable } from './error-table';

export const commissioningErrors = errorTable({});
