// Package house holds no code of the program, only tests of what holds for the
// whole repository: which package may import which, where machine-made code
// stands and that it is fresh, and that the schema explains itself in both
// languages. They are rules that reading one package cannot show broken.
package house
