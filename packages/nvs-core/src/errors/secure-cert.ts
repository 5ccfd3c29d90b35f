import { errorTable } from './error-table';

export const secureCertErrors = errorTable({});
