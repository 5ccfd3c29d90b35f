/** Counts how often each branch of the packages' sources runs: what tells the fuzzer that an input is new. */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { resolve } from 'node:path';
import ts from 'typescript';

const PACKAGES = resolve(__dirname, '../../packages');

/** One counter a branch; room for more than the packages have. */
export const counters = new Uint8Array(1 << 16);
/** Words of the sources: keys, keywords and codes that an input may need. */
export const dictionary = new Set<string>();
let branches = 0;

type Extension = (module: { _compile(code: string, file: string): void }, file: string) => void;

/** Instruments every source of the packages that is loaded from now on. */
export function installInstrumentation(): void {
  const shared = globalThis as { fuzzCounters?: Uint8Array };
  shared.fuzzCounters = counters;
  const extensions = (Module as unknown as { _extensions: Record<string, Extension> })._extensions;
  const usual = extensions['.ts'];
  if (usual === undefined) throw new Error('TypeScript is not registered: node -r @swc-node/register');
  extensions['.ts'] = (module, file) => {
    if (!file.startsWith(PACKAGES) || !file.includes('/src/')) return usual(module, file);
    module._compile(instrument(readFileSync(file, 'utf8'), file), file);
  };
}

export function instrument(source: string, fileName: string): string {
  const { outputText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      inlineSourceMap: false,
    },
    transformers: { before: [countBranches] },
  });
  return `'use strict'; const fuzzCounters = globalThis.fuzzCounters; ${outputText}`;
}

function countBranches({ factory }: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const count = (): ts.Expression => {
    const name = factory.createIdentifier('fuzzCounters');
    const counter = factory.createElementAccessExpression(name, branches++ % counters.length);
    return factory.createPostfixIncrement(counter);
  };
  const first = () => factory.createExpressionStatement(count());
  const before = (expression: ts.Expression) =>
    factory.createParenthesizedExpression(factory.createComma(count(), expression));
  const block = (statement: ts.Statement) =>
    ts.isBlock(statement)
      ? factory.updateBlock(statement, [first(), ...statement.statements])
      : factory.createBlock([first(), statement]);

  return (root) => {
    const visit = (original: ts.Node): ts.Node => {
      if (ts.isStringLiteral(original) && original.text.length < 40) dictionary.add(original.text);
      const node = ts.visitEachChild(original, visit, undefined);
      if (ts.isIfStatement(node)) {
        const other = node.elseStatement && block(node.elseStatement);
        return factory.updateIfStatement(node, node.expression, block(node.thenStatement), other);
      }
      if (ts.isConditionalExpression(node)) {
        const { condition, questionToken, whenTrue, colonToken, whenFalse } = node;
        const [yes, no] = [before(whenTrue), before(whenFalse)];
        return factory.updateConditionalExpression(node, condition, questionToken, yes, colonToken, no);
      }
      if (ts.isBinaryExpression(node) && LAZY.has(node.operatorToken.kind)) {
        return factory.updateBinaryExpression(node, node.left, node.operatorToken, before(node.right));
      }
      if (ts.isCaseClause(node) && node.statements.length > 0) {
        return factory.updateCaseClause(node, node.expression, [first(), ...node.statements]);
      }
      if (ts.isForStatement(node)) {
        const { initializer, condition, incrementor, statement } = node;
        return factory.updateForStatement(node, initializer, condition, incrementor, block(statement));
      }
      if (ts.isForOfStatement(node)) {
        const { awaitModifier, initializer, expression, statement } = node;
        return factory.updateForOfStatement(node, awaitModifier, initializer, expression, block(statement));
      }
      if (ts.isWhileStatement(node)) {
        return factory.updateWhileStatement(node, node.expression, block(node.statement));
      }
      if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
        const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } = node;
        return factory.updateArrowFunction(
          node,
          modifiers,
          typeParameters,
          parameters,
          type,
          equalsGreaterThanToken,
          before(body),
        );
      }
      return node;
    };
    return ts.visitEachChild(root, visit, undefined);
  };
}

const LAZY: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
