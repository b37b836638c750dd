import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  extractJsonMiddleware,
  generateText,
  jsonSchema,
  NoObjectGeneratedError,
  Output,
  wrapLanguageModel,
} from 'ai';
import { z } from 'zod';

export interface LanguageModelOptions {
  /** Address of an OpenAI-compatible API, such as `http://localhost:11434/v1`. */
  baseUrl: string;
  model: string;
  apiKey?: string | undefined;
  /** Whether the endpoint takes a JSON Schema as response format; most do. The answer is checked either way. */
  structuredOutputs?: boolean;
}

/** What was said so far. */
export interface ModelMessage {
  role: 'user' | 'assistant';
  content: string;
}

export interface ModelQuestion {
  /** What the answer is, in one word. */
  name: string;
  system: string;
  messages: ModelMessage[];
  /** What the answer should look like. It is sent along and not checked. */
  schema: z.ZodType;
  signal: AbortSignal;
}

export interface LanguageModel {
  /** The model's answer word for word, which need not fit the schema. Rejects when there is none; asks once. */
  ask(question: ModelQuestion): Promise<string>;
}

const LONGEST_ANSWER_TOKENS = 1_500;
/** Limits that strict structured outputs do not take; the answer is checked against them when it is here. */
const LIMITS = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  '$schema',
]);

/** A model behind an OpenAI-compatible API. Nothing is sent yet. */
export function createLanguageModel(options: LanguageModelOptions): LanguageModel {
  // Without it only "some JSON object" is asked for.
  const structured = options.structuredOutputs ?? true;
  const provider = createOpenAICompatible({
    name: 'severity',
    baseURL: options.baseUrl,
    supportsStructuredOutputs: structured,
    ...(options.apiKey ? { apiKey: options.apiKey } : {}),
  });
  // Many small models wrap their JSON in a Markdown fence whatever they are told.
  const model = wrapLanguageModel({
    model: provider.chatModel(options.model),
    middleware: extractJsonMiddleware(),
  });
  return {
    ask: async ({ name, system, messages, schema, signal }) => {
      const output = structured
        ? Output.object({ name, schema: toWireSchema(schema) })
        : Output.json({ name });
      try {
        const { text } = await generateText({
          model,
          output,
          system,
          messages,
          abortSignal: signal,
          temperature: 0,
          maxOutputTokens: LONGEST_ANSWER_TOKENS,
          maxRetries: 0,
        });
        return text;
      } catch (error) {
        if (NoObjectGeneratedError.isInstance(error)) return error.text ?? '';
        throw error;
      }
    },
  };
}

function toWireSchema(schema: z.ZodType) {
  const text = JSON.stringify(z.toJSONSchema(schema), (key, value) => (LIMITS.has(key) ? undefined : value));
  return jsonSchema<unknown>(JSON.parse(text));
}
