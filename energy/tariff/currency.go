package tariff

// MinorDigits returns the decimal places of a currency's smallest unit in use
// (ISO 4217): 2 for a code that it does not know.
func MinorDigits(currency string) int32 {
	switch currency {
	case "VND", "JPY", "KRW", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF", "RWF", "KMF", "GNF", "DJF", "BIF", "VUV":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}
