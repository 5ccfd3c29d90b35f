import { errorTable } from './error-table';

export const nvsErrors = errorTable({});
