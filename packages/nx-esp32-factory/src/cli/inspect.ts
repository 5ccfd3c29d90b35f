import { relative, resolve } from 'node:path';
import { FactoryError, type Finding, locate, oneOf, readQrCode, wipeNvsKeys, within } from 'nvs-core';
import { cliErrors, inspectErrors } from '../errors';
