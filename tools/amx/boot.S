# From a multiboot loader into 64-bit mode with vectors and tiles enabled, then into run_checks(). The first GiB is
# identity-mapped. There are no interrupts and there is no operating system.
    .set multiboot_flags, 0
    .section .multiboot, "a"
    .align 4
    .long 0x1BADB002, multiboot_flags, -(0x1BADB002 + multiboot_flags)

    .bss
    .align 4096
level4: .skip 4096
level3: .skip 4096
level2: .skip 4096
    .align 64
    .skip 1 << 20
stack_top:

    .data
    .align 8
descriptors:
    .quad 0
    .quad 0x00AF9A000000FFFF            # 64-bit code
    .quad 0x00CF92000000FFFF            # data
descriptors_end:
descriptor_register:
    .word descriptors_end - descriptors - 1
    .quad descriptors

    .text
    .code32
    .global start
start:
    cli
    movl $level3 + 3, level4
    movl $level2 + 3, level3
    movl $level2, %edi
    movl $0x83, %eax                    # present, writable, 2 MiB
    movl $512, %ecx
1:  movl %eax, (%edi)
    addl $0x200000, %eax
    addl $8, %edi
    loop 1b
    movl $level4, %eax
    movl %eax, %cr3
    movl $0x40620, %eax                 # CR4: PAE, OSFXSR, OSXMMEXCPT, OSXSAVE
    movl %eax, %cr4
    movl $0xC0000080, %ecx              # EFER: long mode
    rdmsr
    orl $0x100, %eax
    wrmsr
    movl $0x80000013, %eax              # CR0: PG, ET, MP, PE
    movl %eax, %cr0
    lgdt descriptor_register
    ljmp $8, $long_mode

    .code64
long_mode:
    movw $16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movq $stack_top, %rsp
    xorl %ecx, %ecx
    xorl %edx, %edx
    movl $0x600E7, %eax                 # XCR0: x87, SSE, AVX, AVX-512, tiles
    xsetbv
    fninit
    call run_checks
1:  hlt
    jmp 1b
    .section .note.GNU-stack, "", @progbits
