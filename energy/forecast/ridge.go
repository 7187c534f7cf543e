package forecast

import "math"

// normal holds the normal equations of a weighted least-squares problem: the
// upper triangle of its Gram matrix, row after row, and its right-hand side.
type normal struct{ gram, rhs []float64 }

func newNormal(width int) normal {
	return normal{make([]float64, width*(width+1)/2), make([]float64, width)}
}

// row is row i from the diagonal on.
func (n normal) row(i int) []float64 {
	p := len(n.rhs)
	start := i*p - i*(i-1)/2
	return n.gram[start : start+p-i]
}

// add takes one row of the problem in.
func (n normal) add(x []float64, y, weight float64) {
	for i, xi := range x {
		if xi != 0 {
			axpy(weight*xi, x[i:], n.row(i))
			n.rhs[i] += weight * xi * y
		}
	}
}

func (n normal) reset() {
	clear(n.gram)
	clear(n.rhs)
}

func (n normal) sum(o normal) {
	gram, rhs := n.gram[:len(o.gram)], n.rhs[:len(o.rhs)]
	for i, v := range o.gram {
		gram[i] += v
	}
	for i, v := range o.rhs {
		rhs[i] += v
	}
}

// shrink adds the penalty lambda·|β−prior|².
func (n normal) shrink(lambda float64, prior []float64) {
	for i, b := range prior {
		n.row(i)[0] += lambda
		n.rhs[i] += lambda * b
	}
}

// solve writes the solution to beta by Cholesky's method, in place: the equations
// are spent. It says false where they are not positive definite.
func (n normal) solve(beta []float64) bool {
	copy(beta, n.rhs)
	for k := range beta {
		row := n.row(k)
		if !(row[0] > 0) {
			return false
		}
		scale := 1 / math.Sqrt(row[0])
		for j := range row {
			row[j] *= scale
		}
		beta[k] *= scale
		for i, v := range row[1:] {
			if v != 0 {
				axpy(-v, row[1+i:], n.row(k+1+i))
			}
		}
		axpy(-beta[k], row[1:], beta[k+1:])
	}
	for i := len(beta) - 1; i >= 0; i-- {
		row := n.row(i)
		beta[i] = (beta[i] - dot(row[1:], beta[i+1:])) / row[0]
	}
	return true
}

// axpy adds a·x to y, which is as long as x.
func axpy(a float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var sum float64
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
