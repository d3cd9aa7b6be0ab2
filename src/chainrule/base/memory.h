// Memory and the system it comes from.
#pragma once

namespace chainrule {

// Hands freed memory that the C library keeps for later back to the system, where the library can (glibc). It
// takes well below a millisecond: for points where much was freed and much else is about to be used.
void give_back_free_memory();

// Bytes of memory that the machine has; 0 where the system does not say.
double memory_of_machine();

}  // namespace chainrule
