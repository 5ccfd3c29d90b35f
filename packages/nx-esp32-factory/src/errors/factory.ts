import { errorTable, row } from 'nvs-core';

export const factoryErrors = errorTable({
  'factory.literal-secret': row<{ field: string; env: string }>(
    (p) => `${p.field} of a production device stands in the config itself`,
    (p) => `refer to it: {"env": "${p.env}"} or {"file": "path"}, and keep it out of version control`,
  ),
  'factory.secret-on-command-line': row<{ field: string }>(
    (p) =>
      `${p.field} of a production device stands on the command line, where other users and the shell history see it`,
    () => 'write -p env:NAME or -p file:PATH, or use a config file, which refers to all of its secrets',
  ),
  'factory.cached-without-digest': row<{ config: string; input: string }>(
    (p) =>
      `this target is cached, but its inputs do not have the digest of ${p.config}: a change in what that refers to would go unnoticed`,
    (p) =>
      `add ${p.input} to the inputs of the target, take "cache" out of it, or make this image with "npx esp32-factory image"`,
  ),
  'factory.cached-secrets': row<{ reason: string }>(
    (p) => `this target is set to be cached, but must not be: ${p.reason}`,
    () =>
      'if the credentials changed since Nx read the project graph, run "nx reset"; else take "cache" out of the target, or set output.allowSecretsInCache in the config',
  ),
  'factory.manifest-missing': row<{ path: string }>(
    (p) => `there is no manifest ${p.path}: nothing was made here that could be flashed`,
    () => 'make the image first: nx run <project>:factory-image',
  ),
  'factory.manifest-invalid': row<{ path: string }>(
    (p) => `${p.path} is not a manifest of this version`,
    () => 'make the image again: nx run <project>:factory-image',
  ),
  'factory.image-changed': row<{ file: string }>(
    (p) => `${p.file} is not the file that its manifest tells of`,
    () => 'make the image again: nx run <project>:factory-image',
  ),
});
