// One operation: what it takes, what it answers, the command that calls it, and a form that does.

import { copyButton, element, prose } from './element.js';
import { Trial } from './trial.js';

const BODY_TYPES = ['application/json', 'application/x-ndjson'];

/** The operation's parts out of the document, as the page wants them. */
export function readOperation(path, method, raw) {
  const bodyType = BODY_TYPES.find((type) => raw.requestBody?.content[type]);
  const answers = raw.responses?.['200']?.content ?? {};
  return {
    id: raw.operationId,
    path,
    method: method.toUpperCase(),
    summary: raw.summary ?? '',
    description: raw.description ?? raw.summary ?? '',
    deprecated: raw.deprecated,
    parameters: raw.parameters ?? [],
    body: raw.requestBody,
    bodyType,
    bodySchema: bodyType && (raw.requestBody.content[bodyType]['x-itemSchema']
      ?? raw.requestBody.content[bodyType].schema),
    answers: Object.keys(answers),
    answer: raw.responses?.['200'],
    answerSchema: answers['application/json']?.schema ?? {},
    streams: raw['x-streams'],
    rpc: raw['x-rpc'] ?? '',
  };
}

/** "/v1/agents/" and "{agent}" apart, so that lines break between segments. */
function pathParts(path) {
  return path.split(/(\{[^}]+\}|\/)/).filter(Boolean).map((part) => {
    if (part === '/') return ['/', element('wbr')];
    return part.startsWith('{') ? element('var', {}, part) : part;
  }).flat();
}

function parameterList(parameters, schemas) {
  if (parameters.length === 0) return null;
  return [
    element('h3', {}, 'Parameters'),
    element('dl', { class: 'parameters' }, parameters.map((parameter) => [
      element('dt', {},
        element('code', { class: 'name' }, parameter.name),
        element('span', { class: 'type' }, schemas.typeText(parameter.schema)),
        element('span', { class: 'place' }, parameter.in),
        parameter.required ? element('span', { class: 'mark' }, 'required') : null,
        parameter.deprecated ? element('span', { class: 'mark' }, 'deprecated') : null),
      element('dd', {}, prose(parameter.description),
        schemas.choices(parameter.schema)
          ? element('p', { class: 'choices' },
            schemas.choices(parameter.schema).map((one) => [element('code', {}, `${one}`), ' ']).flat())
          : null),
    ])),
  ];
}

function schemaSection(title, note, description, tree) {
  return [
    element('h3', {}, title, ' ', element('span', { class: 'type' }, note)),
    prose(description),
    tree,
  ];
}

export class OperationCard {
  constructor(operation, schemas) {
    this.operation = operation;
    this.schemas = schemas;
    const heading = `${operation.id}-heading`;
    this.element = element('details', {
      class: 'operation', id: operation.id, 'data-method': operation.method,
    },
    element('summary', { id: heading },
      element('span', { class: 'method' }, operation.method),
      element('code', { class: 'path' }, pathParts(operation.path)),
      operation.streams ? element('span', { class: 'mark' }, 'stream') : null,
      operation.deprecated ? element('span', { class: 'mark' }, 'deprecated') : null,
      element('span', { class: 'summary' }, operation.summary)));
    this.element.addEventListener('toggle', () => this.#fill());
    this.words = [operation.method, operation.path, operation.summary, operation.description,
      operation.id, operation.rpc].join(' ').toLowerCase();
  }

  open() {
    this.element.open = true;
    this.#fill();
  }

  /** At the first look only: a page may have hundreds. */
  #fill() {
    if (!this.element.open || this.element.children.length > 1) return;
    this.element.append(element('div', { class: 'inside' },
      element('div', { class: 'told' }, this.#told()),
      element('div', { class: 'tried' }, this.#tried())));
  }

  #told() {
    const { operation, schemas } = this;
    return [
      prose(operation.description),
      parameterList(operation.parameters, schemas),
      operation.bodyType
        ? schemaSection('Body', `${schemas.typeText(operation.bodySchema)}, ${operation.bodyType}`,
          operation.body.description, schemas.tree(operation.bodySchema, 'required')) : null,
      schemaSection('Answer', schemas.typeText(operation.answerSchema),
        operation.answer?.description, schemas.tree(operation.answerSchema, 'always')),
      operation.answers.length > 1
        ? element('p', { class: 'choices' }, 'As ', operation.answers
          .map((type) => [element('code', {}, type), ' ']).flat()) : null,
      element('p', { class: 'rpc' }, 'gRPC: ', element('code', {}, operation.rpc)),
    ].flat();
  }

  #tried() {
    const curl = element('code', {});
    const trial = new Trial(this.operation, this.schemas, (call) => {
      curl.textContent = call.curl;
    });
    curl.textContent = trial.call().curl;
    return [
      element('div', { class: 'command' },
        element('pre', { tabindex: '0', 'aria-label': 'curl command' }, curl),
        copyButton('Copy the curl command', () => curl.textContent)),
      trial.element,
    ];
  }
}

