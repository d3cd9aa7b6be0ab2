// Memory of the machine and of the process.
#pragma once

namespace chainrule {

// Returns freed memory that the C library keeps to the system, if the library can (glibc). It takes well
// below a millisecond; call it when much was freed and much else is about to be allocated.
void give_back_free_memory();

// Bytes of memory that the machine has; 0 if the system does not report it.
double memory_of_machine();

}  // namespace chainrule
