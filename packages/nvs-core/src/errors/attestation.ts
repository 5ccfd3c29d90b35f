import { errorTable } from './error-table';

export const attestationErrors = errorTable({});
