import { type FactoryError, formatFindings } from 'nvs-core';

/** Nx prints the stack of an error if it has one, which does not help with bad input. */
export function withoutStack({ findings }: FactoryError): Error {
  return Object.assign(new Error(formatFindings(findings)), { findings, stack: '' });
}
