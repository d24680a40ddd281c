/**
 * Imports point one way (ARCHITECTURE.md, "Folders"):
 *
 *     kernel <- contracts <- service-kit <- services <- marketplace <- cli
 *
 * Every rule says why it is there and what to do instead: that is what a person sees when it fails.
 */

const test = '([.]test[.]ts$|/test/|/testing/|/testing[.]ts$)';
const npm = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg'];
const stores = 'node_modules/(pg|pg-[^/]+|@prisma/[^/]+|node-pg-migrate|mongodb|ioredis)/';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Modules in a cycle can only be understood, tested and loaded together. Move what both ' +
        'need into a third module, or pass one to the other as an argument.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kernel-stands-alone',
      comment:
        'Money, ids and results are used everywhere, so whatever they import is everywhere too. ' +
        'Take what you need as an argument, or put the code into the package that needs it.',
      severity: 'error',
      from: { path: '^packages/kernel/', pathNot: test },
      to: { pathNot: '^packages/kernel/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'contracts-know-the-kernel-alone',
      comment:
        'What goes over the wire is shared by services and by clients in a browser. Behaviour ' +
        'belongs to the service that owns it; a schema needs the kernel and zod and no more.',
      severity: 'error',
      from: { path: '^packages/contracts/', pathNot: test },
      to: { pathNot: ['^packages/(contracts|kernel)/', 'node_modules/zod/'] },
    },
    {
      name: 'topology-knows-the-kernel-alone',
      comment:
        'The topology is data about services that the tools read without loading a service. ' +
        'State the fact here, and let a test compare it with the code it speaks of.',
      severity: 'error',
      from: { path: '^packages/topology/', pathNot: test },
      to: { pathNot: ['^packages/(topology|kernel)/'] },
    },
    {
      name: 'topology-is-for-tools-and-plumbing',
      comment:
        'A service that reads the topology knows about its neighbours. Take what you need as ' +
        'configuration from service-kit. Only the gateway (routes) and the guard (budgets) are ' +
        'about the whole system.',
      severity: 'error',
      from: {
        path: '^(packages|services|web)/',
        pathNot: ['^packages/(topology|service-kit)/', '^services/(gateway|guard)/', test],
      },
      to: { path: '^packages/topology/' },
    },
    {
      name: 'policies-judge-facts',
      comment:
        'A rule is a pure function from facts to findings, so that it can be read and tested ' +
        'alone. State the fact in the topology, or pass it in from cli/.',
      severity: 'error',
      from: { path: '^policies/', pathNot: test },
      to: { path: '^(packages/(?!(kernel|topology)/)|services/|marketplace/|cli/|manifests/)' },
    },
    {
      name: 'manifests-are-made-of-the-topology',
      comment:
        'What the cluster is told follows from the typed model. State the fact in the topology ' +
        'or compile it in policies/.',
      severity: 'error',
      from: { path: '^manifests/', pathNot: test },
      to: { path: '^(packages/(?!(kernel|topology)/)|services/|marketplace/|cli/)' },
    },
    {
      name: 'embedded-postgres-knows-no-package',
      comment:
        'Starting and stopping a database server has nothing to do with a marketplace. Pass in ' +
        'what it needs.',
      severity: 'error',
      from: { path: '^packages/embedded-postgres/' },
      to: { path: '^(packages/(?!embedded-postgres/)|services/|marketplace/|cli/)' },
    },
    {
      name: 'embedded-postgres-is-started-by-the-outside',
      comment:
        'A service is given the address of a database and never starts one, so that it runs the ' +
        'same on a server. Start it in marketplace/, a test or a benchmark.',
      severity: 'error',
      from: {
        path: '^(packages|services|cli|web)/',
        pathNot: ['^packages/embedded-postgres/', test],
      },
      to: { path: '^packages/embedded-postgres/' },
    },
    {
      name: 'packages-know-no-service',
      comment:
        'Packages are what services are built of. If the plumbing needs to know a service, turn ' +
        'it round: the plumbing takes an argument and marketplace/ passes it.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(services|marketplace|cli|web|stacks|manifests)/' },
    },
    {
      name: 'services-are-strangers',
      comment:
        'A service that imports another cannot be run, changed or understood alone. Ask it over ' +
        'a peer client, or listen to its events; their shapes are in @mkt/contracts.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'only-the-composition-knows-services',
      comment:
        'Everything else talks to services over their API, as every other client does, so that ' +
        'it still works when they run apart. One process is put together in marketplace/.',
      severity: 'error',
      from: { pathNot: '^(services|marketplace|tests|bench)/' },
      to: { path: '^services/' },
    },
    {
      name: 'services-do-not-know-the-composition',
      comment:
        'A service runs in any composition. Take it as configuration or as an argument of ' +
        'buildApp.',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^(marketplace|cli|web|stacks|manifests|tests|bench|scripts)/' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Decisions are functions from state and command to result. Load before, save after, in ' +
        'operations/. Of Node, only what computes (hashes, compression) is allowed here.',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/domain/', pathNot: test },
      to: {
        pathNot: [
          '^services/$1/src/domain/',
          '^packages/(kernel|contracts)/',
          '^(node:)?(crypto|zlib|buffer|util)$',
        ],
      },
    },
    {
      name: 'layers-look-down',
      comment:
        'main -> app -> routes, events -> operations -> domain, and store -> domain. What a ' +
        'lower layer needs from a higher one, it is given as an argument.',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/(operations|store|clients)/', pathNot: test },
      to: { path: '^services/$1/src/(routes/|events/|app[.]ts|main[.]ts)' },
    },
    {
      name: 'store-serves-operations',
      comment: 'A store keeps and finds; what to do about it is decided in operations/.',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/store/', pathNot: test },
      to: { path: '^services/$1/src/operations/' },
    },
    {
      name: 'nobody-imports-the-entry',
      comment:
        'main.ts starts a process when it is loaded. Put what you need into app.ts and import ' +
        'that.',
      severity: 'error',
      from: { pathNot: test },
      to: { path: '^services/[^/]+/src/main[.]ts$' },
    },
    {
      name: 'only-stores-know-the-database',
      comment:
        'SQL in one folder per service can be reviewed, counted and replaced. Add a function to ' +
        'store/ and call it. A transaction is opened by service-kit.',
      severity: 'error',
      from: {
        path: '^(services|marketplace|cli|web|packages)/',
        pathNot: [
          '^services/[^/]+/src/store/',
          '^packages/(service-kit|embedded-postgres|mongo|redis)/',
          test,
        ],
      },
      to: { path: stores },
    },
    {
      name: 'the-composition-chooses-the-stores',
      comment:
        'A service and its plumbing are given a store by its port, so that the shape which does ' +
        'not use it never loads its driver. Connect it in marketplace/ and pass it in.',
      severity: 'error',
      from: { path: '^(packages|services|cli|web)/', pathNot: ['^packages/(mongo|redis)/', test] },
      to: { path: '^packages/(mongo|redis)/' },
    },
    {
      name: 'import-by-name',
      comment:
        'A path into another workspace goes round what it offers and breaks when it moves. ' +
        'Import the package (@mkt/...), and export what is missing.',
      severity: 'error',
      from: { path: '^((packages|services)/[^/]+|cli|marketplace)/' },
      to: {
        path: '^(packages|services|cli|marketplace)/',
        pathNot: '^$1/',
        dependencyTypesNot: ['aliased-workspace', ...npm],
      },
    },
    {
      name: 'programs-do-not-import-tests',
      comment: 'Test code is not shipped. Move what a program needs out of the test.',
      severity: 'error',
      from: { pathNot: [test, '^(tests|bench|scripts)/', '^vitest[.]config[.]ts$'] },
      to: { path: test, pathNot: 'node_modules' },
    },
    {
      name: 'no-unlisted-packages',
      comment:
        'It works only as long as somebody else brings it. Add it, with its exact version, to ' +
        'the package.json of the workspace that imports it, and run `npm run lock`.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages-in-programs',
      comment:
        'Packages under devDependencies are missing where the program runs. Move it to ' +
        'dependencies, if the program really needs it.',
      severity: 'error',
      from: {
        path: '^((packages|services)/[^/]+|cli|marketplace)/src/',
        pathNot: test,
      },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm', 'npm-optional'],
      },
    },
    {
      name: 'no-unresolvable-imports',
      comment: 'The module is not there: a typing error, a missing export, or `npm ci` is due.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-deprecated-packages',
      comment: 'Its authors have given it up. Choose a maintained one (an ADR says which).',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['deprecated'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|[.]mkt|[.]cache)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count: a type of another service is knowledge of it all the same.
    tsPreCompilationDeps: true,
    // A workspace may use what the root lists for everybody (the test runner, say).
    combinedDependencies: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
    reporterOptions: { text: { highlightFocused: false } },
  },
};
