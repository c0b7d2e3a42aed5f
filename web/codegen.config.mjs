// The types of every query of the pages, made from the contract before each build. An
// operation that the schema does not know fails here, not before a user.
/** @type {import('@graphql-codegen/cli').CodegenConfig} */
export default {
  schema: '../schema.graphqls',
  documents: ['app/**/*.{ts,tsx}', '!app/gql/**'],
  silent: true,
  generates: {
    'app/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        skipTypename: true,
        scalars: { Date: 'string', DateTime: 'string', AsOf: 'number | string', ID: 'string' },
      },
    },
    'app/gql/words.ts': { plugins: ['./codegen.words.mjs'] },
    'app/gql/guide.ts': { plugins: ['./codegen.guide.mjs'] },
    'app/gql/forms.ts': { plugins: ['./codegen.forms.mjs'] },
  },
}
