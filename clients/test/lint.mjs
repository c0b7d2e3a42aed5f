// Lints one file by the recommended rules: `node lint.mjs schema|operations FILE SCHEMA`, a
// finding a line. A process of its own: the plugin reads a schema once and keeps it.
import { dirname } from 'node:path'
import plugin from '@graphql-eslint/eslint-plugin'
import { ESLint } from 'eslint'

const [, , what, file, schema] = process.argv

// Rules that the contract breaks on purpose; all others of the recommended ones hold.
const departures = {
  '@graphql-eslint/description-style': 'off', // one line or several, as long as the text is
  '@graphql-eslint/strict-id-in-types': 'off', // values (a term, a count) have no identity; what implements Node has
  '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }], // feeds only go one way
  '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }], // short lists are lists
}
const rules = {
  schema: { ...plugin.configs['flat/schema-recommended'].rules, ...plugin.configs['flat/schema-relay'].rules, ...departures },
  operations: plugin.configs['flat/operations-recommended'].rules,
}[what]

const eslint = new ESLint({
  cwd: dirname(file),
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.graphqls', '**/*.graphql'],
      languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema, documents: what === 'operations' ? file : undefined } } },
      plugins: { '@graphql-eslint': plugin },
      rules,
    },
  ],
})
for (const { messages } of await eslint.lintFiles([file])) {
  for (const { line, ruleId, message } of messages) console.log(`${line}: ${ruleId}: ${message}`)
}
