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
  'factory.cached-secrets': row<{ reason: string }>(
    (p) => `this target is set to be cached, but must not be: ${p.reason}`,
    () =>
      'if the credentials changed since Nx read the project graph, run "nx reset"; else take "cache" out of the target, or set output.allowSecretsInCache in the config',
  ),
});
