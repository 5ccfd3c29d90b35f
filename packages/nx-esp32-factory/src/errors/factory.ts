import { errorTable, row } from 'nvs-core';

export const factoryErrors = errorTable({
  'factory.literal-secret': row<{ field: string; env: string }>(
    (p) => `${p.field} of a production device stands in the config itself`,
    (p) => `refer to it: {"env": "${p.env}"} or {"file": "path"}, and keep it out of version control`,
  ),
  'factory.passcode-on-command-line': row(
    () =>
      'the passcode of a production device stands on the command line, where other users and the shell history see it',
    () => 'write -p env:NAME or -p file:PATH',
  ),
});
