/** A secret in a wrong place is never printed, whatever its form. */
import { attackWith } from './secret-attack';
import { SECRETS, type SecretForm } from './secrets';

attackWith(Object.keys(SECRETS) as SecretForm[]);
