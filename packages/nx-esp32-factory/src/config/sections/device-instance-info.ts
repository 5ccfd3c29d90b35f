/** The identity of the device: Matter Core Specification, section 11.1. */
import * as z from 'zod/mini';
import { fieldsOf } from '../fields';
import { described } from '../values/field';

export const deviceInstanceInfoSchema = described(
  z.strictObject(fieldsOf('deviceInstanceInfo')),
  'The identity of the device: vendor, product, serial number and the like.',
);
