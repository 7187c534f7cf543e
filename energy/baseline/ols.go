package baseline

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// leastSquares solves min Σw(y − Xβ)² by QR. x holds the rows of X one after
// another and is overwritten, as is y; w is nil for equal weights. ok is false if
// the columns are not independent. se are the coefficients' standard errors.
func leastSquares(x, y, w []float64, columns int) (beta, se []float64, ok bool) {
	rows := len(y)
	if rows <= columns {
		return nil, nil, false
	}
	if w != nil {
		for i := range y {
			root := math.Sqrt(w[i])
			y[i] *= root
			for j := range columns {
				x[i*columns+j] *= root
			}
		}
	}
	design, target := mat.NewDense(rows, columns, x), mat.NewVecDense(rows, y)
	var qr mat.QR
	qr.Factorize(design)
	var b mat.VecDense
	if err := qr.SolveVecTo(&b, false, target); err != nil {
		return nil, nil, false
	}
	var fit mat.VecDense
	fit.MulVec(design, &b)
	fit.SubVec(target, &fit)
	variance := mat.Dot(&fit, &fit) / float64(rows-columns)

	var r mat.Dense
	qr.RTo(&r)
	var inverse mat.TriDense
	if err := inverse.InverseTri(mat.NewTriDense(columns, mat.Upper, upper(&r, columns))); err != nil {
		return nil, nil, false
	}
	se = make([]float64, columns)
	for i := range columns {
		row := 0.0
		for j := i; j < columns; j++ {
			row += inverse.At(i, j) * inverse.At(i, j)
		}
		se[i] = math.Sqrt(variance * row)
	}
	return b.RawVector().Data, se, true
}

// upper copies the square top of R.
func upper(r *mat.Dense, n int) []float64 {
	out := make([]float64, n*n)
	for i := range n {
		for j := i; j < n; j++ {
			out[i*n+j] = r.At(i, j)
		}
	}
	return out
}
