package forecast

// normal holds the normal equations of a weighted least-squares problem of some
// width: the upper triangle of its Gram matrix, row after row, each with its entry
// of the right-hand side at the end.
type normal struct {
	width int
	rows  []float64
}

func newNormal(width int) normal {
	return normal{width, make([]float64, width*(width+3)/2)}
}

// row is row i from the diagonal on, the right-hand side last.
func (n normal) row(i int) []float64 {
	start := i*(n.width+1) - i*(i-1)/2
	return n.rows[start : start+n.width+1-i]
}

// add takes one row of the problem in: the features, and behind them what they are
// to give.
func (n normal) add(xy []float64, weight float64) {
	for i, v := range xy[:n.width] {
		if v != 0 {
			axpy(weight*v, xy[i:], n.row(i))
		}
	}
}

// sum makes n the sum of the problems of several classes.
func (n normal) sum(of []normal) {
	copy(n.rows, of[0].rows)
	if len(of) == classes {
		b, c, d := of[1].rows[:len(n.rows)], of[2].rows[:len(n.rows)], of[3].rows[:len(n.rows)]
		for i := range n.rows {
			n.rows[i] += b[i] + c[i] + d[i]
		}
	}
}

// shrink adds the penalty lambda·|β−prior|².
func (n normal) shrink(lambda float64, prior []float64) {
	for i, b := range prior {
		row := n.row(i)
		row[0] += lambda
		row[len(row)-1] += lambda * b
	}
}

// solve writes the solution to beta, in place: the equations are spent. It says false
// where they are not positive definite. It is Cholesky's method without the roots
// (LDLᵀ), four rows at a time being taken off those below, which halves its time.
func (n normal) solve(beta []float64) bool {
	k := 0
	for ; k+4 <= n.width; k += 4 {
		a, b, c, d := n.row(k), n.row(k+1), n.row(k+2), n.row(k+3)
		a0 := 1 / a[0]
		axpy(-a[1]*a0, a[1:], b)
		b0 := 1 / b[0]
		axpy(-a[2]*a0, a[2:], c)
		axpy(-b[1]*b0, b[1:], c)
		c0 := 1 / c[0]
		axpy(-a[3]*a0, a[3:], d)
		axpy(-b[2]*b0, b[2:], d)
		axpy(-c[1]*c0, c[1:], d)
		d0 := 1 / d[0]
		if !(a[0] > 0 && b[0] > 0 && c[0] > 0 && d[0] > 0) {
			return false
		}
		a, b, c, d = a[4:], b[3:], c[2:], d[1:]
		for i := range n.width - k - 4 {
			if a[i] != 0 || b[i] != 0 || c[i] != 0 || d[i] != 0 {
				less4(n.row(k+4+i), a[i:], b[i:], c[i:], d[i:], a0, b0, c0, d0)
			}
		}
	}
	for ; k < n.width; k++ {
		row := n.row(k)
		if !(row[0] > 0) {
			return false
		}
		for i, v := range row[1 : n.width-k] {
			axpy(-v/row[0], row[1+i:], n.row(k+1+i))
		}
	}
	for i := n.width - 1; i >= 0; i-- {
		row := n.row(i)
		last := len(row) - 1
		beta[i] = (row[last] - dot(row[1:last], beta[i+1:])) / row[0]
	}
	return true
}

// less4 takes four rows from y, each times its first value and a factor.
func less4(y, a, b, c, d []float64, a0, b0, c0, d0 float64) {
	a, b, c, d = a[:len(y)], b[:len(y)], c[:len(y)], d[:len(y)]
	a0, b0, c0, d0 = a0*a[0], b0*b[0], c0*c[0], d0*d[0]
	for i := range y {
		y[i] -= a0*a[i] + b0*b[i] + c0*c[i] + d0*d[i]
	}
}

// axpy adds a·x to y, which is as long as x.
func axpy(a float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

// dot adds up four products at a time, which no sum has to wait for the one before.
func dot(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	b = b[:len(a)]
	for i, v := range a {
		s0 += v * b[i]
	}
	return s0 + s1 + s2 + s3
}
