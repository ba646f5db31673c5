/* The yardstick: the same training, one scalar at a time, as plain C. It allocates nothing and knows no Python.

   Neurons are numbered in an order in which they can compute, the inputs first and the outputs last; the edges into a
   neuron lie side by side. Compile it with -O2 -ffp-contract=off. */

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { SIGMOID, RELU, SOFTMAX }; /* softmax: of the outputs only, together */
enum { SQUARED_ERROR, CROSS_ENTROPY, BINARY_CROSS_ENTROPY };

typedef struct {
    uint32_t inputs, neurons, outputs; /* neurons: all of them; outputs: the last of these */
    uint32_t rows, batch, loss;
    double rate;
    const uint32_t *first;          /* the edges into neuron i are first[i] .. first[i + 1] - 1 */
    const uint32_t *source;         /* of an edge: the neuron it comes from */
    const uint8_t *rule;            /* of a neuron: its activation */
    const uint8_t *deep;            /* of a neuron: whether any of its edges comes from a neuron that is no input */
    const double *x, *y;            /* row by row */
    double *weight, *weight_grad;   /* of an edge */
    double *bias, *bias_grad;       /* of a neuron, as are those below */
    double *a, *delta;
} Net;

static void forward(const Net *net, const double *x)
{
    const uint32_t *restrict first = net->first, *restrict source = net->source;
    const double *restrict weight = net->weight;
    double *restrict a = net->a;
    memcpy(a, x, net->inputs * sizeof *a);
    for (uint32_t i = net->inputs; i < net->neurons; i++) {
        double z = 0.0;
        for (uint32_t e = first[i], end = first[i + 1]; e < end; e++)
            z += weight[e] * a[source[e]];
        z += net->bias[i];
        switch (net->rule[i]) {
        case SIGMOID: a[i] = 1.0 / (1.0 + exp(-z)); break;
        case RELU: a[i] = z > 0.0 ? z : 0.0; break;
        default: a[i] = z; /* softmax follows, once all are summed up */
        }
    }
    if (net->rule[net->neurons - 1] == SOFTMAX) {
        double *out = a + net->neurons - net->outputs, top = out[0], total = 0.0;
        for (uint32_t k = 1; k < net->outputs; k++)
            top = out[k] > top ? out[k] : top;
        for (uint32_t k = 0; k < net->outputs; k++)
            total += out[k] = exp(out[k] - top);
        for (uint32_t k = 0; k < net->outputs; k++)
            out[k] /= total;
    }
}

/* The loss, and the delta of every output; after softmax or sigmoid, cross-entropy has delta = a - y. */
static double judge(const Net *net, const double *y)
{
    const double *a = net->a + net->neurons - net->outputs;
    double *delta = net->delta + net->neurons - net->outputs, cost = 0.0;
    for (uint32_t k = 0; k < net->outputs; k++) {
        double rest = a[k] - y[k];
        switch (net->loss) {
        case SQUARED_ERROR:
            cost += 0.5 * rest * rest;
            delta[k] = rest * a[k] * (1.0 - a[k]);
            break;
        case BINARY_CROSS_ENTROPY:
            if (y[k] < 1.0)
                cost -= (1.0 - y[k]) * log(1.0 - a[k]);
            /* fall through */
        default:
            if (y[k] > 0.0)
                cost -= y[k] * log(a[k]);
            delta[k] = rest;
        }
    }
    return cost;
}

/* Deltas from the last neuron to the first, each pushed to its sources; gradients on the way. With a batch of one there
   is nothing to add up: an edge steps as soon as it has passed its delta on. */
static void backward(const Net *net)
{
    const uint32_t *restrict first = net->first, *restrict source = net->source;
    const double *restrict a = net->a;
    const double rate = net->rate;
    double *restrict weight = net->weight, *restrict grad = net->weight_grad, *restrict delta = net->delta;
    for (uint32_t i = net->neurons; i-- > net->inputs;) {
        const uint32_t begin = first[i], end = first[i + 1];
        double d = delta[i];
        if (i < net->neurons - net->outputs)
            d *= net->rule[i] == SIGMOID ? a[i] * (1.0 - a[i]) : (double)(a[i] > 0.0);
        if (net->batch > 1) {
            net->bias_grad[i] += d;
            if (net->deep[i])
                for (uint32_t e = begin; e < end; e++) {
                    delta[source[e]] += weight[e] * d;
                    grad[e] += a[source[e]] * d;
                }
            else
                for (uint32_t e = begin; e < end; e++)
                    grad[e] += a[source[e]] * d;
        } else {
            const double step = rate * d;
            net->bias[i] -= step;
            if (net->deep[i])
                for (uint32_t e = begin; e < end; e++) {
                    delta[source[e]] += weight[e] * d;
                    weight[e] -= a[source[e]] * step;
                }
            else
                for (uint32_t e = begin; e < end; e++)
                    weight[e] -= a[source[e]] * step;
        }
    }
}

static void update(const Net *net, double rate)
{
    const uint32_t edges = net->first[net->neurons];
    double *restrict weight = net->weight, *restrict grad = net->weight_grad;
    for (uint32_t e = 0; e < edges; e++) {
        weight[e] -= rate * grad[e];
        grad[e] = 0.0;
    }
    for (uint32_t i = net->inputs; i < net->neurons; i++) {
        net->bias[i] -= rate * net->bias_grad[i];
        net->bias_grad[i] = 0.0;
    }
}

/* Train for some epochs, and give the mean loss of the last one. The gradients start at 0. */
double train(const Net *net, uint32_t epochs)
{
    double total = 0.0;
    while (epochs-- > 0) {
        total = 0.0;
        for (uint32_t start = 0; start < net->rows; start += net->batch) {
            const uint32_t rest = net->rows - start, size = rest < net->batch ? rest : net->batch;
            for (uint32_t row = start; row < start + size; row++) {
                memset(net->delta, 0, net->neurons * sizeof *net->delta);
                forward(net, net->x + (size_t)row * net->inputs);
                total += judge(net, net->y + (size_t)row * net->outputs);
                backward(net);
            }
            if (net->batch > 1)
                update(net, net->rate / size);
        }
    }
    return total / net->rows;
}
