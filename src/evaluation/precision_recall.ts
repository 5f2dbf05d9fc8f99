/** A patch or a detection that was scored, and whether it really is a mitosis. */
export interface ScoredExample {
  /** 0 to 1, or any other number that increases with the model's certainty. */
  readonly probability: number;
  readonly isMitosis: boolean;
}

/** The quality of a model at one threshold. */
export interface OperatingPoint {
  /** Examples with at least this probability are called mitoses. */
  readonly threshold: number;
  /**
   * Share of real mitoses among the examples called mitoses, 0 to 1; 1 if no example is called one.
   */
  readonly precision: number;
  /**
   * Share of the real mitoses that are found, 0 to 1; 0 if there are none. Also called sensitivity
   * or true-positive rate.
   */
  readonly recall: number;
  /** Harmonic mean of precision and recall, 0 to 1. */
  readonly f1: number;
}

/** Numbers of true and false positives at a threshold. */
export interface Counts {
  readonly threshold: number;
  /** Number of mitoses at or above the threshold. */
  readonly truePositives: number;
  /** Number of other examples at or above the threshold. */
  readonly falsePositives: number;
}

/** Counts the true and the false positives at a threshold. */
export function countAt(threshold: number, examples: readonly ScoredExample[]): Counts {
  const positives = examples.filter(({ probability }) => probability >= threshold);
  const truePositives = positives.filter(({ isMitosis }) => isMitosis).length;
  return { threshold, truePositives, falsePositives: positives.length - truePositives };
}

/** Counts at every probability that occurs in the examples, from the highest to the lowest. */
export function countAtEveryProbability(examples: readonly ScoredExample[]): Counts[] {
  const sorted = [...examples].sort((a, b) => b.probability - a.probability);
  const counts: Counts[] = [];
  let truePositives = 0;
  sorted.forEach(({ probability, isMitosis }, i) => {
    if (isMitosis) truePositives++;
    const isLastOfTie = sorted[i + 1]?.probability !== probability;
    if (!isLastOfTie) return;
    counts.push({ threshold: probability, truePositives, falsePositives: i + 1 - truePositives });
  });
  return counts;
}

/**
 * Computes precision, recall and F1 from counts.
 *
 * @param mitoses Number of real mitoses, found or not.
 */
export function operatingPoint(
  { threshold, truePositives, falsePositives }: Counts,
  mitoses: number,
): OperatingPoint {
  const positives = truePositives + falsePositives;
  return {
    threshold,
    precision: positives === 0 ? 1 : truePositives / positives,
    recall: mitoses === 0 ? 0 : truePositives / mitoses,
    f1: 2 * truePositives / (positives + mitoses || 1),
  };
}

/**
 * Computes the average precision, 0 to 1: the sum of the precision at each threshold times the
 * increase of recall there. There is no interpolation, as in scikit-learn's
 * `average_precision_score`.
 *
 * @param points From the highest threshold to the lowest.
 */
export function averagePrecision(
  points: readonly Pick<OperatingPoint, "precision" | "recall">[],
): number {
  let sum = 0;
  let previousRecall = 0;
  for (const { precision, recall } of points) {
    sum += (recall - previousRecall) * precision;
    previousRecall = recall;
  }
  return sum;
}
